export { createLedger, type Ledger } from './ledger.ts'
export { newestEntries } from './newest-entries.ts'
