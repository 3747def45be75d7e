import { DateTime } from 'luxon';

import type { Refusals } from './refusals';
import type { Silence } from './silence';

/** What somebody is told, on a phone perhaps. Nothing of a call is in it, and no secret. */
export interface Alert {
	/** What happened, since when and how often: a sentence without its full stop. */
	readonly message: string;
	/** What to do, in sentences. */
	readonly description: string;
}

/** Where it is told. */
export interface Told {
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** The workflow's, as an IANA name. */
	readonly timezone: string;
}

const HOUR_IN_MS = 3_600_000;

const LOOK_AT_THE_WEBHOOK =
	"Look at the provider's dashboard: whether the webhook is turned on, whether its URL is this trigger's Production URL, and what its delivery log says that n8n answered.";

export const alertOf = {
	refusals: ({ count, since, why, ofThat, whatToDo }: Refusals, told: Told): Alert => ({
		message: `${count} call deliveries were refused since ${timeOf(since, told)}, ${ofThat < count ? `${ofThat} of them ` : ''}because ${why}`,
		description: `First see in the provider's dashboard whether a call is missing: anyone who knows the URL can cause this without one, and then there is nothing to change. If one is: ${whatToDo} The refused calls did not start this workflow, and do not unless they are caught up.`,
	}),

	/** `why` says what is wrong and what to do; `isForGood`: what is undelivered meanwhile is not caught up later either. */
	catchUpFails: ({ why, since, isForGood }: { why: string; since: number; isForGood: boolean }, told: Told): Alert => ({
		message: `Catching up on undelivered calls does not work since ${timeOf(since, told)}: ${why}`,
		description: `What arrives by webhook starts this workflow as ever. A call whose webhook does not arrive ${
			isForGood
				? "stays away: look for it in the provider's dashboard."
				: 'is missing until this is mended; then those of the last 3.5 days are caught up, but for any from before catching up was turned on.'
		}`,
	}),

	/** `of` names what is asked for: "of the call flow 17". */
	onlyCaughtUp: ({ count, since, of }: { count: number; since: number; of: string }, told: Told): Alert => ({
		message: `The last ${count} calls ${of} came only by catching up, since ${timeOf(since, told)}: no webhook of theirs was accepted`,
		description: `These calls started this workflow all the same, but late. ${LOOK_AT_THE_WEBHOOK}`,
	}),

	silence: ({ since, isSinceACall }: Silence, told: Told): Alert => {
		const hours = Math.floor((told.now - since) / HOUR_IN_MS);
		const start = isSinceACall ? '' : ', when this workflow was published or n8n was started';
		return {
			message: `No call has arrived for ${hours} ${hours === 1 ? 'hour' : 'hours'}, since ${timeOf(since, told)}${start}`,
			description: `Place a call, and see whether it arrives. If it does not, the webhook is wrong. ${LOOK_AT_THE_WEBHOOK}`,
		};
	},
};

/** Added where a workflow has no Error Workflow, so that only who looks into n8n learns of this. */
export const HOW_TO_BE_TOLD =
	'Nobody is told of this outside n8n, for this workflow has no Error Workflow. Choose one in the editor: the three dots at the top > Settings > Error Workflow. There is one to import, the recipe Call alerts to Slack or e-mail: https://www.npmjs.com/package/n8n-nodes-post-call#recipes';

/** `14:02 (Europe/Berlin)`, with its day where that is another one than today. */
function timeOf(at: number, { now, timezone }: Told): string {
	const then = DateTime.fromMillis(at, { zone: timezone, locale: 'en' });
	const isToday = then.hasSame(DateTime.fromMillis(now, { zone: timezone }), 'day');
	return `${then.toFormat(isToday ? 'HH:mm' : "HH:mm 'on' d LLLL")} (${then.zoneName})`;
}
