/**
 * - `challenged`: the other show has been asked.
 * - `running`: tips count.
 * - `result`: the time is up, and both rooms see who won.
 * - `over`: both rooms are as they were.
 * - `void`: it never began.
 */
export const BATTLE_STATES = ['challenged', 'running', 'result', 'over', 'void'] as const
export type BattleState = (typeof BATTLE_STATES)[number]

export const BATTLE_ENDS = ['time', 'given_up', 'show_ended', 'declined', 'withdrawn', 'expired'] as const
export type BattleEnd = (typeof BATTLE_ENDS)[number]
