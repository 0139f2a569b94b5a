/** The types of robot.js. */
export class Robot {
  constructor(name?: string);
  readonly name: string;
  readonly place: number;
  move(metres: number): number;
}
export class Arm {
  raise(): string;
}
