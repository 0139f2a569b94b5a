// @ts-check
/**
 * The most chunks that wait in either socket: the fastest of those tried.
 *
 * Without a limit the receiver's memory takes in what it cannot read as fast as
 * it comes, more than a gigabyte in a second, which makes it slower.
 */
const HIGH_WATER_MARK = 64;

export const senderOptions = { sendHighWaterMark: HIGH_WATER_MARK, linger: 0 };
export const receiverOptions = { receiveHighWaterMark: HIGH_WATER_MARK, linger: 0 };
