import type { Messages } from '../messages';

export const assigning: Messages['assigning'] = {
  intro: 'A new lead that nobody has goes to the group of the first rule, from the top down, whose condition it meets. There the available people take turns by their weight.',
  list: 'Assignment rules, in the order in which they are tried',
  empty: 'There are no rules: new leads stay unassigned.',
  empty_hint: 'Create the first rule and say which group receives them.',
  if: 'If it meets',
  any: 'Any lead',
  goes: 'goes to %{group}',
  ready_one: 'Receives now: %{people}',
  ready: 'Take turns now: %{people}',
  ready_none: 'Nobody available: it waits',
  weighted: '%{person} (weight %{weight})',
  drag: 'Move "%{rule}": drag, or Alt+↑ and Alt+↓',
  moved: '"%{rule}" is now number %{place}',
  never: 'This rule is never reached: "%{rule}" above takes any lead.',
  team: 'Group that receives',
  choose_team: 'Choose the group that receives.',
  where: 'Leads that meet',
  to: 'go to',
  auto_name: 'Leads for %{group}',
  place: '%{rule}, number %{place}',
};
