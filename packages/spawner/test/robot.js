// A module with the classes that servers without an object are asked for.
export class Robot {
  #place = 0;
  constructor(name) {
    if (!name) throw new TypeError("A robot needs a name");
    this.name = name;
  }
  get place() {
    return this.#place;
  }
  move(metres) {
    this.#place += metres;
    return process.pid;
  }
}

export class Arm {
  raise() {
    return "up";
  }
}
