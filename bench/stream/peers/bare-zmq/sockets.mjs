// @ts-check
/**
 * The most chunks that wait in either socket: with it this peer was fastest, of
 * none, 1,000, 64, 16 and 4.
 *
 * Without a limit the receiver's memory takes in all that it has not read yet.
 */
const HIGH_WATER_MARK = 64;

export const senderOptions = { sendHighWaterMark: HIGH_WATER_MARK, linger: 0 };
export const receiverOptions = { receiveHighWaterMark: HIGH_WATER_MARK, linger: 0 };
