import { hash, timingSafeEqual } from 'node:crypto';
import type { IDataObject, INode, IWebhookFunctions } from 'n8n-workflow';

import { isOfTheCredential } from '../n8n/credential-error';
import { parameterOr } from '../n8n/read-parameter';
import { headerSecret, type HeaderSecret } from '../provider/header-secret';
import type { Provider } from '../provider/provider';
import { ended } from './answer';
import type { Delivery } from './delivery';

/**
 * Lets a delivery in that carries the secret of the trigger's credential (QCall guide, "Security Recommendations", 2). It
 * comes before everything else, so it reads by itself the one setting that says whether there is a secret at all. Whatever
 * goes wrong, nobody gets in.
 */
export async function authenticate<Call extends IDataObject>(
	context: IWebhookFunctions,
	node: INode,
	{ title, credential: { type, whereHeaderIsSet, mayStrip } }: Provider<Call>,
	{ headers }: Delivery,
): Promise<void> {
	if (mayComeWithout(context, node)) return;

	const credential = await readCredential(context, node, type);
	if (credential === undefined) throw ended.noCredential();
	const secrets = [credential.secret, credential.previousSecret].filter((secret) => secret !== '');
	if (secrets.length === 0) throw ended.noSecret();

	const presented = headers[credential.headerName.toLowerCase()];
	if (typeof presented !== 'string' || presented === '') {
		const isStripped = credential.headerName.toLowerCase() === mayStrip;
		throw ended.headerMissing(credential.headerName, whereHeaderIsSet, isStripped ? title : undefined);
	}
	if (isOneOf(presented, secrets)) return;
	// So Node gives a header that was sent more than once; of Authorization it gives the first alone.
	const wrong = presented.includes(', ') ? ended.headerTwice : ended.headerWrong;
	throw wrong(credential.headerName, whereHeaderIsSet);
}

/** Whether anybody may come in, as the user chose. Where that cannot be read, a secret is asked for. */
function mayComeWithout(context: IWebhookFunctions, { parameters: { authentication } }: INode): boolean {
	// Of a choice without an expression n8n knows no more than what is written, but takes its time.
	if (authentication === 'headerAuth') return false;
	return parameterOr(context, 'authentication', 'headerAuth') === 'none';
}

async function readCredential(
	context: IWebhookFunctions,
	node: INode,
	type: string,
): Promise<HeaderSecret | undefined> {
	try {
		const parsed = headerSecret.safeParse(await context.getCredentials(type));
		if (parsed.success) return parsed.data;
		warn(context, node, 'it has no header name or no secret');
	} catch (error) {
		// Which trouble it is, is for n8n's log: an answer goes to strangers.
		warn(context, node, String(error));
		if (!isOfTheCredential(error)) throw ended.credentialOutOfReach();
	}
	return undefined;
}

function warn(context: IWebhookFunctions, { name }: INode, reason: string): void {
	context.logger.warn(`${name}: the credential cannot be read, nobody is let in: ${reason}`);
}

/** The scheme of HTTP's own Authorization header: its name has no case, and blanks follow (RFC 9110, 11.4). */
const SCHEME = /^bearer +/i;

/**
 * Compares in a time that tells nothing of the secrets: digests have one length, and all of them are always compared.
 * Node gives header values byte by byte as Latin-1, senders write UTF-8, so bytes are what is compared.
 */
function isOneOf(presented: string, secrets: readonly string[]): boolean {
	const carried = [presented, presented.replace(SCHEME, '')].map((text) => digest(Buffer.from(text, 'latin1')));
	return secrets
		.map((secret) => digest(secret))
		.flatMap((secret) => carried.map((bytes) => timingSafeEqual(secret, bytes)))
		.includes(true);
}

/** Of a text in UTF-8. */
const digest = (data: Buffer | string): Buffer => hash('sha256', data, 'buffer');
