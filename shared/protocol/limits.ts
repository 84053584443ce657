/** Bounds of the room protocol that clients show to people. Apart from the schemas, which would bring zod along. */

/** Characters in a chat line, after trimming. */
export const CHAT_TEXT_MAX = 120
/** Chat lines that a room shows in a second, unless its show says otherwise, and what a show may say at most. */
export const CHAT_LINES_PER_S = 20
export const CHAT_LINES_PER_S_MAX = 200
/** Characters in what a co-host is called on stage. */
export const STAGE_NAME_MAX = 40
/** How long a battle of two shows may last. */
export const BATTLE_DURATION_S_MIN = 30
export const BATTLE_DURATION_S_MAX = 1800
