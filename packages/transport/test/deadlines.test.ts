import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Deadlines } from "../src/deadlines.ts";

describe("Deadlines", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function create() {
    const due: string[] = [];
    return { due, deadlines: new Deadlines<string>((item) => due.push(item), { keepsAlive: false }) };
  }

  it("hands items over when they are due, whatever the order in which they came", () => {
    const { due, deadlines } = create();
    const now = performance.now();
    deadlines.set("late", now + 300);
    deadlines.set("early", now + 100);
    deadlines.set("same", now + 100);
    vi.advanceTimersByTime(99);
    expect(due).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(due).toEqual(["early", "same"]);
    vi.advanceTimersByTime(200);
    expect(due).toEqual(["early", "same", "late"]);
  });

  it("moves an item that is set again", () => {
    const { due, deadlines } = create();
    const now = performance.now();
    deadlines.set("moved", now + 100);
    deadlines.set("moved", now + 200);
    vi.advanceTimersByTime(150);
    expect(due).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(due).toEqual(["moved"]);
  });

  it("holds one timer for all items, and none without any", () => {
    const { due, deadlines } = create();
    const now = performance.now();
    for (const item of ["a", "b", "c"]) deadlines.set(item, now + 100);
    expect(vi.getTimerCount()).toBe(1);
    for (const item of ["a", "b", "c"]) deadlines.delete(item);
    expect(vi.getTimerCount()).toBe(0);
    deadlines.set("d", now + 100);
    deadlines.clear();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(due).toEqual([]);
  });

  it("waits for a deadline that is further away than a timer reaches", () => {
    const { due, deadlines } = create();
    const fortyDaysMs = 40 * 24 * 3_600_000;
    deadlines.set("far away", performance.now() + fortyDaysMs);
    vi.advanceTimersByTime(fortyDaysMs - 1);
    expect(due).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(due).toEqual(["far away"]);
  });
});
