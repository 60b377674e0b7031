/** Names the place at which a receipt is not what the chain has. `verifyReceipt` catches it, and gives it as an answer. */
export class ReceiptAlteredError extends Error {
  override readonly name = "ReceiptAlteredError";
  readonly place: string;
  readonly problem: string;

  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.place = place;
    this.problem = problem;
  }
}
