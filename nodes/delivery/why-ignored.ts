/** Why a call is ignored, in words for the user. */
export interface WhyIgnored {
	/** A clause without its full stop, with nothing of the call in it but the name of its event. */
	readonly reason: string;
	/** What the call has, where that decided, to complete "<reason>: …". */
	readonly found?: string;
}

export function inWords({ reason, found }: WhyIgnored): string {
	return found === undefined ? reason : `${reason}: ${found}`;
}
