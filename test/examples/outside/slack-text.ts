import { z } from 'zod';

/**
 * How Slack reads a message's text (its "Formatting text for app surfaces"): `<…>` is a mention or a link, `*`, `_`, `~`
 * and backticks are markup unless `mrkdwn` is false, and three entities stand for the characters that it takes for itself.
 */
const message = z.object({
	text: z.string(),
	mrkdwn: z.boolean().default(true),
	link_names: z.boolean().default(false),
	parse: z.string().default('none'),
	blocks: z.array(z.unknown()).default([]),
	attachments: z.array(z.unknown()).default([]),
});

export interface SlackMessage {
	/** What Slack does beyond showing the text as it is. */
	parsed: string[];
	lines: string[];
}

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

export function readBySlack(body: unknown): SlackMessage {
	const { text, ...options } = message.parse(body);
	const parsed = [...text.matchAll(/<[^>]*>|[<>]|&(?!amp;|lt;|gt;)/g)].map(([sequence]) => sequence);
	if (options.mrkdwn) parsed.push('markup');
	if (options.link_names) parsed.push('@names and #channels');
	if (options.parse !== 'none') parsed.push(`parse: ${options.parse}`);
	if (options.blocks.length + options.attachments.length > 0) parsed.push('blocks or attachments');
	const shown = text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
	return { parsed, lines: shown.split('\n') };
}
