import type { SaleView } from '@shelfcast/shared/protocol/parts.ts'

/** Whether a flash sale has ended, by its time or by hand. */
export const isOver = ({ status }: Pick<SaleView, 'status'>): boolean =>
  status === 'ended' || status === 'stopped'
