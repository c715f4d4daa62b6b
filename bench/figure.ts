/** One measured figure, beside that of a peer in the same run where there is one. */
export interface Figure {
  readonly bench: string;
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** Name and version of the peer; null if it has no such figure or is not installed. */
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** How many times better than the peer. */
  readonly ratio: number | null;
}
