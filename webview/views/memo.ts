import { Component, type ComponentChild, type FunctionComponent } from "preact";

/** A view that is drawn again only when one of its properties is another object than before. */
export function memo<P extends object>(view: (props: P) => ComponentChild): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return differs(this.props, next);
    }
    override render(props: P): ComponentChild {
      return view(props);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}

function differs(before: object, after: object): boolean {
  const old = new Map<string, unknown>(Object.entries(before));
  const entries = Object.entries(after);
  return old.size !== entries.length || entries.some(([key, value]) => !Object.is(old.get(key), value));
}
