/** Why a call is ignored, in words for the user. */
export interface WhyIgnored {
	readonly reason: string;
	/** What the call has, where that decided. */
	readonly found?: string;
}

export function whole({ reason, found }: WhyIgnored): string {
	return found === undefined ? reason : `${reason}: ${found}`;
}
