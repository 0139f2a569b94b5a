/** How much a page loads at first, and how much later. */
import { gzipSync } from "node:zlib";

/** One file that a bundler made. */
export interface Piece {
  readonly path: string;
  readonly text: string;
  /** The module that it was made for, if it was for one: the page, or one that is imported later. */
  readonly asked: string | undefined;
  readonly isPage: boolean;
  /** The pieces that it brings along. */
  readonly imports: readonly string[];
  /** The modules in it, with their bytes. */
  readonly inputs: ReadonlyMap<string, number>;
}

/** How much something is. */
export interface Bytes {
  readonly minified: number;
  readonly gzipped: number;
}

/** The size of what a page loads, and what that consists of. */
export interface Size {
  /** What it loads before anything runs: its script, and what that imports. */
  readonly first: Bytes;
  /** What it loads beside that when it needs it, by the name of the module asked for. */
  readonly later: ReadonlyMap<string, Bytes>;
  /** The modules in the first part, with the bytes of each as the bundler counts them. */
  readonly inputs: ReadonlyMap<string, number>;
}

/** Measures what a bundler made. */
export function sizeOf(pieces: readonly Piece[]): Size {
  const first = pieces.filter(({ isPage }) => isPage).flatMap((page) => withImports(pieces, page));
  const asked = pieces.flatMap((piece) =>
    piece.asked === undefined || piece.isPage ? [] : [[piece.asked, piece] as const],
  );
  return {
    first: bytesOf(first),
    later: new Map(
      asked.map(([module, piece]) => {
        const more = withImports(pieces, piece).filter((each) => !first.includes(each));
        return [module.replace(/^.*\/|\.ts$/g, ""), bytesOf(more)];
      }),
    ),
    inputs: new Map(first.flatMap(({ inputs }) => [...inputs])),
  };
}

/** Collects a piece and all that it brings along, once each. */
function withImports(pieces: readonly Piece[], start: Piece): readonly Piece[] {
  const found = new Set([start]);
  for (const { imports } of found) {
    for (const piece of pieces) if (imports.includes(piece.path)) found.add(piece);
  }
  return [...found];
}

function bytesOf(pieces: readonly Piece[]): Bytes {
  const sum = (count: (text: string) => number): number => pieces.reduce((total, { text }) => total + count(text), 0);
  return {
    minified: sum((text) => Buffer.byteLength(text)),
    gzipped: sum((text) => gzipSync(text, { level: 9 }).byteLength),
  };
}
