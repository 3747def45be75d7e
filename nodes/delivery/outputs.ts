import { NodeConnectionTypes } from 'n8n-workflow';

/**
 * Whether a trigger has the output Ignored beside Calls: where the user wants to see what became of the others. n8n gets the
 * function as text, so it uses nothing but its parameter. True may be a text, as wherever settings are read.
 */
export function wantsIgnoredOutput(options?: { emitIgnored?: unknown; emitRejected?: unknown } | null): boolean {
	return [options?.emitIgnored, options?.emitRejected].some((wanted) => /^\s*true\s*$/i.test(`${wanted}`));
}

const output = (displayName: string) => JSON.stringify({ type: NodeConnectionTypes.Main, displayName });

/** The outputs of a trigger, as an expression. */
export const outputs =
	`={{ (${String(wantsIgnoredOutput)})($parameter["options"]) ? [${output('Calls')}, ${output('Ignored')}] : ["${NodeConnectionTypes.Main}"] }}` as const;
