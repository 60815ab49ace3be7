// A person's yes or no to one digest. Pure: the transitions of its row, first decision wins.

const APPROVAL_STATES = ['waiting', 'confirming', 'approved', 'denied', 'expired', 'void'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

export interface Approval {
  /** The number people type: `/approve 7`. */
  id: number;
  planId: number;
  digest: string;
  state: ApprovalState;
  /** For critical: what must be typed as the second step. Null: one step. */
  confirmWord: string | null;
  /** Principal keys. */
  firstBy: string | null;
  decidedBy: string | null;
  decidedAt: number | null;
  /** Null, or `auto-fix: NAME`, where standing approval was given in advance. */
  standing: string | null;
  expiresAt: number;
  createdAt: number;
}
