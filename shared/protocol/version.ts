/** Moves with every change of the wire format; `protocol.test.ts` pins the schemas' hash to it. */
export const PROTOCOL_VERSION = 1
