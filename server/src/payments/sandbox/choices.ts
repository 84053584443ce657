/** What whoever plays the buyer's bank chooses on the sandbox's page. */
export const SANDBOX_CHOICES = ['success', 'decline', 'delay', 'duplicate', 'no_refunds'] as const
export type SandboxChoice = (typeof SANDBOX_CHOICES)[number]
