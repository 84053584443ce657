import { z } from 'zod'
import { CURRENCIES } from '../money.ts'
import { displayName, login, password, personView } from './accounts.ts'
import { contract, id, nothing, timeMs, title } from './contract.ts'
import { address } from './orders.ts'

const tag = 'Me'

export const mailLanguage = z.enum(['en', 'zh-CN'])

const profileView = z.object({
  id,
  name: displayName,
  /** Of the mails to this person. */
  language: mailLanguage,
  createdAt: timeMs,
  logins: z.array(z.object({ login: z.string(), kind: z.enum(['email', 'phone']), verified: z.boolean() })),
})

export const getProfile = contract({
  method: 'GET',
  path: '/me/profile',
  tag,
  summary: 'My name, language and logins',
  who: 'person',
  output: profileView,
})

export const changeProfile = contract({
  method: 'PATCH',
  path: '/me/profile',
  tag,
  summary: 'Change my name or the language of my mails',
  who: 'person',
  body: z.object({ name: displayName.optional(), language: mailLanguage.optional() }),
  output: profileView,
})

export const changePassword = contract({
  method: 'POST',
  path: '/me/password',
  tag,
  summary: 'Change my password; every other session ends',
  who: 'person',
  body: z.object({ current: z.string().max(128), next: password }),
  output: nothing,
  status: 204,
  errors: ['wrong_credentials', 'too_many_requests'],
})

export const listSessions = contract({
  method: 'GET',
  path: '/me/sessions',
  tag,
  summary: 'Where I am signed in, newest first',
  who: 'person',
  output: z.object({
    items: z.array(
      z.object({
        device: z.string(),
        /** Of the page in which the player is embedded, for a session of that player. */
        origin: z.string().nullable(),
        current: z.boolean(),
        createdAt: timeMs,
        expiresAt: timeMs,
      }),
    ),
  }),
})

export const endOtherSessions = contract({
  method: 'DELETE',
  path: '/me/sessions',
  tag,
  summary: 'Sign out everywhere but here',
  who: 'person',
  output: nothing,
  status: 204,
})

export const askPasswordReset = contract({
  method: 'POST',
  path: '/password-resets',
  tag,
  summary: 'Mail a link to choose a new password; the answer is the same whether the account exists or not',
  who: 'anyone',
  body: z.object({ login }),
  output: nothing,
  status: 204,
  errors: ['too_many_requests'],
})

const token = z.string().min(20).max(100)

export const resetPassword = contract({
  method: 'POST',
  path: '/password-resets/use',
  tag,
  summary: 'Choose a new password with a mailed link; every session ends',
  who: 'anyone',
  body: z.object({ token, password }),
  output: nothing,
  status: 204,
  errors: ['mailed_link_invalid', 'too_many_requests'],
})

export const askVerification = contract({
  method: 'POST',
  path: '/me/verification',
  tag,
  summary: 'Mail a link that confirms my e-mail address',
  who: 'person',
  body: z.object({}),
  output: nothing,
  status: 204,
  errors: ['email_needed', 'too_many_requests'],
})

export const verifyEmail = contract({
  method: 'POST',
  path: '/verifications/use',
  tag,
  summary: 'Confirm an e-mail address with a mailed link',
  who: 'anyone',
  body: z.object({ token }),
  output: nothing,
  status: 204,
  errors: ['mailed_link_invalid', 'too_many_requests'],
})

const savedAddress = address.extend({ id, isDefault: z.boolean() })
const addressInput = address.extend({ isDefault: z.boolean().default(false) })
const addressParams = z.object({ addressId: id })

export const listAddresses = contract({
  method: 'GET',
  path: '/me/addresses',
  tag,
  summary: 'My address book, the default first',
  who: 'visitor',
  embed: true,
  output: z.object({ items: z.array(savedAddress) }),
})

export const addAddress = contract({
  method: 'POST',
  path: '/me/addresses',
  tag,
  summary: 'Save an address; the first one is the default',
  who: 'visitor',
  embed: true,
  body: addressInput,
  output: savedAddress,
  status: 201,
  errors: ['too_many_addresses'],
})

export const changeAddress = contract({
  method: 'PUT',
  path: '/me/addresses/:addressId',
  tag,
  summary: 'Change an address, or make it the default',
  who: 'visitor',
  params: addressParams,
  body: addressInput,
  output: savedAddress,
})

export const removeAddress = contract({
  method: 'DELETE',
  path: '/me/addresses/:addressId',
  tag,
  summary: 'Delete an address',
  who: 'visitor',
  params: addressParams,
  output: nothing,
  status: 204,
})

export const exportMyData = contract({
  method: 'GET',
  path: '/me/export',
  tag,
  summary: 'Everything that is held about me, as one JSON document',
  who: 'person',
  output: z.record(z.string(), z.unknown()),
  errors: ['too_many_requests'],
})

export const deleteAccount = contract({
  method: 'POST',
  path: '/me/deletion',
  tag,
  summary: 'Delete my account for good; orders stay without name and address',
  who: 'person',
  body: z.object({
    password: z.string().max(128),
    /** Gives up the coins that are left in the wallet. */
    forfeitCoins: z.boolean().default(false),
  }),
  output: nothing,
  status: 204,
  errors: ['wrong_credentials', 'business_unfinished', 'last_owner', 'coins_left', 'too_many_requests'],
})

export const setupOpen = contract({
  method: 'GET',
  path: '/setup',
  tag: 'Operator',
  summary: 'Whether this server still waits for its first operator; not found once it has one',
  who: 'anyone',
  output: nothing,
  status: 204,
  errors: ['not_found'],
})

export const setUp = contract({
  method: 'POST',
  path: '/setup',
  tag: 'Operator',
  summary: 'Make the first operator and their tenant with the code that the server printed',
  who: 'anyone',
  body: z.object({
    code: z.string().max(60),
    login,
    password,
    name: displayName,
    tenant: z.object({
      name: title,
      slug: z.string().regex(/^[a-z0-9-]{3,40}$/),
      currency: z.enum(CURRENCIES),
    }),
  }),
  output: personView,
  status: 201,
  errors: ['not_found', 'setup_code_invalid', 'login_taken', 'slug_taken', 'too_many_requests'],
})

const showParams = z.object({ showId: id })
const reminderView = z.object({
  on: z.boolean(),
  /** Whether there is an address to remind at; a guest has none. */
  possible: z.boolean(),
})

export const getReminder = contract({
  method: 'GET',
  path: '/shows/:showId/reminder',
  tag: 'Shows',
  summary: 'Whether I am reminded of a show',
  who: 'visitor',
  embed: true,
  params: showParams,
  output: reminderView,
})

export const addReminder = contract({
  method: 'POST',
  path: '/shows/:showId/reminder',
  tag: 'Shows',
  summary: 'Remind me by mail ten minutes before a show and when it is live',
  who: 'person',
  embed: true,
  params: showParams,
  body: z.object({}),
  output: reminderView,
  errors: ['email_needed', 'show_not_scheduled', 'too_many_reminders'],
})

export const removeReminder = contract({
  method: 'DELETE',
  path: '/shows/:showId/reminder',
  tag: 'Shows',
  summary: 'Take a reminder back',
  who: 'person',
  embed: true,
  params: showParams,
  output: reminderView,
})
