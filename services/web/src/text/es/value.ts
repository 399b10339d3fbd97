export const value = { yes: 'Sí', no: 'No', and: '%{a} y %{b}', empty: 'Vacío' };
