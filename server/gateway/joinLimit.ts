import type { Tally } from "../telemetry/tally.ts";
import type { Clock } from "../util/clock.ts";
import { RateLimit } from "../util/rateLimit.ts";
import { type Join, type Principal, Refused } from "./channel.ts";
import type { Limits } from "./limits.ts";

type Route = (topic: string, principal: Principal) => Join | undefined;

const MINUTE_MS = 60_000;

/** The same topics, joined and pushed to so often at most with one token. The user's own processes are not counted. */
export function limitedTopics(
  route: Route,
  { joinsPerMinute, pushesPerMinute }: Limits,
  clock: Clock,
  refusals?: Tally,
): Route {
  const joins = new RateLimit({ count: joinsPerMinute, ms: MINUTE_MS, burst: joinsPerMinute }, clock);
  const pushes = new RateLimit({ count: pushesPerMinute, ms: MINUTE_MS, burst: pushesPerMinute }, clock);
  return (topic, principal) => {
    const join = route(topic, principal);
    if (join === undefined || principal.isPrivate) return join;
    return async (place, params) => {
      take(joins, principal, "joins", refusals);
      const joined = await join(place, params);
      const receive: typeof joined.channel.receive = async (event, payload) => {
        take(pushes, principal, "pushes", refusals);
        return joined.channel.receive(event, payload);
      };
      return { ...joined, channel: { receive, leave: () => joined.channel.leave() } };
    };
  };
}

/** Throws {@link Refused}. */
function take(rate: RateLimit, { id }: Principal, what: string, refusals: Tally | undefined): void {
  const allowance = rate.take(id);
  if (allowance.kind === "allowed") return;
  refusals?.add("rateLimited");
  const { retryAfterMs } = allowance;
  const message = `Too many ${what} with this token. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
  throw new Refused("rateLimited", { message, retry_after_ms: retryAfterMs });
}
