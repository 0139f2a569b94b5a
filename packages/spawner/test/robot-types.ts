/** What robot.js exports. */

export declare class Robot {
  constructor(name?: string);
  readonly name: string;
  readonly place: number;
  move(metres: number): number;
}

declare class Arm {
  raise(): string;
}

/** The module. */
export interface RobotModule {
  readonly Robot: typeof Robot;
  readonly Arm: typeof Arm;
}
