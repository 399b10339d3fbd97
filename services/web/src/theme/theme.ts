/* Material's components drawn to our scale, once in light and once in dark. */
import type { ThemeOptions } from '@mui/material/styles';
import { dark, font, light, size, type Colors } from './tokens';

declare module '@mui/material/styles' {
  interface Theme {
    cauce: Colors;
  }
  interface ThemeOptions {
    cauce?: Colors;
  }
}

const FOCUS = 2;
const PHONE = '@media (max-width: 599px)';
const high = { [PHONE]: { minHeight: size.touch } };
const square = { [PHONE]: { minHeight: size.touch, minWidth: size.touch } };

function components(c: Colors): ThemeOptions['components'] {
  const focus = { outline: `${FOCUS}px solid ${c.accent}`, outlineOffset: 1 };
  return {
    MuiCssBaseline: {
      styleOverrides: {
        'html, body, #root': { height: '100%' },
        body: { fontSize: font.body, lineHeight: 1.45, overscrollBehaviorY: 'none' },
        a: { color: c.accent },
        /* a link that is an entry of a list by itself */
        [PHONE]: { ':where(main li > a:only-child)': { display: 'inline-block', paddingBlock: 13, minWidth: size.touch } },
        '*:focus-visible': focus,
        /* a dialog takes the focus as a whole: its first control will show it */
        '.MuiDialog-container:focus-visible, .MuiDialog-paper:focus-visible, .MuiPopover-paper:focus-visible': { outline: 'none' },
        /* Windows' contrast themes take backgrounds away: what is chosen keeps an edge */
        '@media (forced-colors: active)': {
          '.active, .at, .selected, .Mui-selected, [aria-selected=true], [aria-pressed=true], [aria-checked=true], [aria-current]': { outline: '2px solid Highlight !important', outlineOffset: '-2px !important' },
          '.MuiBadge-badge': { border: '1px solid ButtonText' },
          '.MuiSwitch-track': { border: '1px solid ButtonText', opacity: '1 !important', boxSizing: 'border-box' },
          '.MuiSwitch-thumb': { background: 'ButtonText', forcedColorAdjust: 'none' },
          '.Mui-checked > .MuiSwitch-thumb': { background: 'Highlight' },
        },
        '@media print': {
          ':root:root': { background: '#fff !important', colorScheme: 'light !important' },
          'html, body, #root, #root > *, main, main *': { height: 'auto !important', maxHeight: 'none !important', overflow: 'visible !important' },
          'nav, header button, [role=toolbar], main button, main a.MuiButtonBase-root, main .MuiTabs-root, .MuiSnackbar-root, .MuiPopper-root, input[type=checkbox], a[href="#content"]': { display: 'none !important' },
          /* buttons that are what there is to read: values, heads of columns, the step it stands at */
          'main button.value, main [role=columnheader] > button, main [role=radiogroup] > button[aria-checked=true]': { display: 'inline !important' },
          '#root > *': { paddingLeft: '0 !important' },
          'body, #root *': { color: '#000 !important', background: 'none !important', transition: 'none !important' },
          '.row, .card, section': { breakInside: 'avoid' },
        },
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': { animationDuration: '0s !important', transitionDuration: '0s !important' },
        },
      },
    },
    MuiButtonBase: { defaultProps: { disableRipple: true }, styleOverrides: { root: { '&.Mui-focusVisible': focus } } },
    MuiButton: {
      defaultProps: { disableElevation: true, size: 'small' },
      styleOverrides: {
        root: { height: size.control, padding: '0 12px', fontSize: font.body, fontWeight: 500, whiteSpace: 'nowrap', ...square },
        text: { padding: '0 8px' },
        outlined: { borderColor: c.line, color: c.text, '&:hover': { borderColor: c.edge, background: c.hover } },
      },
    },
    MuiIconButton: {
      defaultProps: { size: 'small' },
      styleOverrides: { root: { borderRadius: size.radius, width: size.control, height: size.control, color: c.soft, ...square } },
    },
    MuiSvgIcon: { defaultProps: { fontSize: 'small' }, styleOverrides: { fontSizeSmall: { fontSize: 18 } } },
    MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: 'none' } } },
    MuiPopover: { styleOverrides: { paper: floating(c) } },
    MuiMenu: { styleOverrides: { list: { padding: 4 } } },
    MuiMenuItem: {
      defaultProps: { dense: true },
      styleOverrides: { root: { minHeight: size.control, borderRadius: 4, fontSize: font.body, padding: '4px 8px', ...high } },
    },
    MuiDialog: { styleOverrides: { paper: { ...floating(c), borderRadius: 8 } } },
    MuiDialogTitle: { styleOverrides: { root: { fontSize: font.title, fontWeight: 600, padding: '16px 20px 8px' } } },
    MuiDialogContent: { styleOverrides: { root: { padding: '8px 20px' } } },
    MuiDialogActions: { styleOverrides: { root: { padding: '8px 20px 16px', gap: 8, '& > *': { marginLeft: '0 !important' } } } },
    MuiTooltip: {
      defaultProps: { enterDelay: 500 },
      styleOverrides: { tooltip: { fontSize: font.small, background: c.text, color: c.page, borderRadius: 4 } },
    },
    MuiTextField: { defaultProps: { variant: 'outlined', size: 'small', margin: 'none', fullWidth: true } },
    MuiFormControl: { defaultProps: { size: 'small', margin: 'none' } },
    /* labels stand above their input, where they can be read */
    MuiInputLabel: {
      defaultProps: { shrink: true },
      styleOverrides: {
        root: {
          position: 'static', transform: 'none', maxWidth: '100%', marginBottom: 3, fontSize: font.small, lineHeight: '16px', color: c.soft,
          whiteSpace: 'normal',
        },
      },
    },
    MuiOutlinedInput: {
      defaultProps: { notched: false },
      styleOverrides: {
        root: {
          fontSize: font.input,
          '& fieldset': { borderColor: c.edge, top: 0 },
          '& legend': { display: 'none' },
          '&.Mui-focused fieldset': { borderWidth: FOCUS },
          '&.MuiInputBase-sizeSmall': { minHeight: 36, ...high },
        },
        input: { '&:focus-visible': { outline: 'none' }, [PHONE]: { paddingTop: 12, paddingBottom: 12 } },
      },
    },
    MuiFormControlLabel: { styleOverrides: { root: { marginLeft: -6, ...square }, label: { fontSize: font.input } } },
    MuiFormHelperText: { styleOverrides: { root: { marginLeft: 2, fontSize: font.small } } },
    MuiAutocomplete: {
      styleOverrides: {
        paper: floating(c),
        option: { fontSize: font.body, minHeight: `${size.control}px !important`, [PHONE]: { minHeight: `${size.touch}px !important` } },
        /* what these do, a tap on the input does */
        endAdornment: { '& .MuiIconButton-root': { minWidth: 28, minHeight: 28 } },
      },
    },
    MuiTab: { styleOverrides: { root: { minHeight: 36, padding: '0 4px', marginRight: 16, minWidth: 0, fontSize: font.body, ...square } } },
    MuiToggleButton: { styleOverrides: { root: square } },
    MuiTabs: { styleOverrides: { root: { minHeight: 36 } } },
    MuiLinearProgress: { styleOverrides: { root: { height: 6, borderRadius: 3, background: c.line } } },
    MuiSnackbar: { styleOverrides: { root: { '@media (max-width: 599px)': { bottom: 'calc(60px + env(safe-area-inset-bottom))' } } } },
    MuiSnackbarContent: {
      styleOverrides: { root: { background: c.text, color: c.page, borderRadius: size.radius, fontSize: font.body } },
    },
    MuiLink: { defaultProps: { underline: 'hover' } },
  };
}

function floating(c: Colors) {
  return {
    background: c.raised,
    border: `1px solid ${c.line}`,
    borderRadius: size.radius,
    boxShadow: '0 4px 16px rgba(0, 0, 0, 0.12)',
  };
}

function build(mode: 'light' | 'dark', c: Colors): ThemeOptions {
  const text = (fontSize: number, fontWeight = 400) => ({ fontSize, fontWeight, lineHeight: 1.4, letterSpacing: 0 });
  return {
    cauce: c,
    spacing: 4,
    shape: { borderRadius: size.radius },
    palette: {
      mode,
      primary: { main: c.accent, dark: c.accentHover, light: c.accent, contrastText: c.onAccent },
      success: { main: c.green, contrastText: c.page },
      warning: { main: c.amber, contrastText: c.page },
      error: { main: c.red, contrastText: c.page },
      info: { main: c.accent, contrastText: c.onAccent },
      background: { default: c.page, paper: c.raised },
      text: { primary: c.text, secondary: c.soft },
      divider: c.line,
      action: { hover: c.hover, selected: c.chosen },
    },
    typography: {
      fontFamily: font.family,
      fontSize: font.body,
      htmlFontSize: 16,
      h1: text(font.head, 600),
      h2: text(font.title, 600),
      h3: text(font.body, 600),
      body1: text(font.body),
      body2: text(font.body),
      subtitle1: text(font.input),
      caption: text(font.small),
      button: { textTransform: 'none' },
    },
    transitions: { duration: { shortest: 80, shorter: 100, short: 120, standard: 140, enteringScreen: 120, leavingScreen: 100 } },
    components: components(c),
  };
}

export const lightTheme = build('light', light);
export const darkTheme = build('dark', dark);
