/**
 * The one error of the container.
 *
 * @module
 */

/**
 * Every way the container can fail, as a stable string to switch on.
 *
 * - `CONFIG_INVALID`: the configuration is wrong; `issues` says where and how. Nothing was opened.
 * - `NOT_INSTALLED`: a driver is named whose package is not installed. Nothing was opened.
 * - `START_FAILED`: a part could not be opened; `path` names it, `cause` says why. What was opened is closed again.
 * - `NOT_CONFIGURED`: something was resolved that nothing in the configuration gives; `path` is the key to add.
 * - `NOT_OPEN`: something was resolved that opens later than whoever asks for it; `path` names it.
 * - `CLOSED`: the container is closed, or closing.
 * - `CLOSE_FAILED`: some parts failed to close, or not in time; all others are closed. `cause` has the reasons.
 * - `LEFT_OPEN`: a test's application left channels, listeners or subscriptions open.
 */
export type ContainerErrorCode =
  | "CONFIG_INVALID"
  | "NOT_INSTALLED"
  | "START_FAILED"
  | "NOT_CONFIGURED"
  | "NOT_OPEN"
  | "CLOSED"
  | "CLOSE_FAILED"
  | "LEFT_OPEN";

/** One thing that is wrong with a configuration. */
export interface ConfigIssue {
  /** The way to the value, such as `proxy.serve.robot.address`; empty for the configuration itself. */
  readonly path: string;
  /** What was found and what is expected there, without secrets. */
  readonly message: string;
  /** Where the value comes from: `code`, a variable's name, or a file's; or which driver refused it. */
  readonly source: string;
}

/** What a container's error carries beside its code and message. */
export interface ContainerErrorOptions extends ErrorOptions {
  readonly path?: string | undefined;
  readonly issues?: readonly ConfigIssue[] | undefined;
}

/**
 * A failure to put an application together, or to take it apart.
 *
 * Decide by `code`; the message is for people and may change. Neither it nor any
 * cause holds a secret of the configuration.
 */
export class ContainerError extends Error {
  override readonly name = "ContainerError";
  readonly code: ContainerErrorCode;
  /** The part of the configuration that this is about. */
  readonly path: string | undefined;
  /** What is wrong with the configuration; empty unless the code is `CONFIG_INVALID`. */
  readonly issues: readonly ConfigIssue[];

  constructor(code: ContainerErrorCode, message: string, options: ContainerErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.path = options.path;
    this.issues = options.issues ?? [];
  }
}

/** Builds the error of a configuration with something wrong. */
export function invalidConfig(issues: readonly ConfigIssue[]): ContainerError {
  const lines = issues.map(({ path, message, source }) => {
    const origin = source === "code" ? "" : ` (from ${source})`;
    return `  ${path || "the configuration"}${origin}: ${message}`;
  });
  return new ContainerError("CONFIG_INVALID", `The configuration is not valid:\n${lines.join("\n")}`, {
    issues,
    path: issues[0]?.path,
  });
}
