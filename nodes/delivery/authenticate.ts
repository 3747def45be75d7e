import { createHash, timingSafeEqual } from 'node:crypto';
import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { z } from 'zod';

import type { Provider } from './provider';
import type { Settings } from './settings';

/** A header secret as a credential of this package holds it. */
export const headerSecret = z.object({
	headerName: z.string().trim().min(1),
	secret: z.string().trim(),
	previousSecret: z.string().trim().default(''),
});

type HeaderSecret = z.infer<typeof headerSecret>;

/** Why a delivery is not let in, in words for the user; undefined for one that is. Whatever goes wrong, nobody gets in. */
export async function authenticate<Call extends IDataObject>(
	context: IWebhookFunctions,
	provider: Provider<Call>,
	{ authentication }: Settings,
): Promise<string | undefined> {
	if (authentication === 'none') return undefined;

	const credential = await readCredential(context, provider.credential.type);
	if (credential === undefined) {
		return 'This trigger has no usable credential, so it lets nobody in. Open the node in n8n, choose a credential with a header name and a secret, and save it. While n8n restarts there is nothing to change.';
	}
	const secrets = [credential.secret, credential.previousSecret].filter((secret) => secret !== '');
	if (secrets.length === 0) {
		return 'The credential of this trigger has no secret, so it lets nobody in. Open the credential in n8n, enter a secret and save it.';
	}

	const presented = context.getHeaderData()[credential.headerName.toLowerCase()];
	if (typeof presented !== 'string' || presented === '') {
		return `The header ${credential.headerName} did not arrive. Add it ${provider.credential.whereHeaderIsSet}, with the secret of this trigger's credential in n8n as its value.`;
	}
	if (!isOneOf(presented, secrets)) {
		return `The header ${credential.headerName} does not carry the secret. Copy the secret of this trigger's credential in n8n into the header's value ${provider.credential.whereHeaderIsSet}.`;
	}
	return undefined;
}

async function readCredential(context: IWebhookFunctions, type: string): Promise<HeaderSecret | undefined> {
	try {
		return headerSecret.parse(await context.getCredentials(type));
	} catch (error) {
		// None chosen, deleted, or n8n cannot decrypt it. Which one is for n8n's log: an answer goes to strangers.
		const reason = error instanceof z.ZodError ? 'it has no header name or no secret' : String(error);
		context.logger.warn(`${context.getNode().name}: the credential cannot be read, nobody is let in: ${reason}`);
		return undefined;
	}
}

/**
 * Compares in a time that tells nothing of the secrets: digests have one length, and all of them are always compared.
 * Node gives header values byte by byte as Latin-1, senders write UTF-8, so bytes are what is compared.
 */
function isOneOf(presented: string, secrets: readonly string[]): boolean {
	const bytes = digest(Buffer.from(presented, 'latin1'));
	return secrets
		.flatMap((secret) => [secret, `Bearer ${secret}`])
		.map((accepted) => timingSafeEqual(digest(Buffer.from(accepted, 'utf8')), bytes))
		.includes(true);
}

function digest(bytes: Buffer): Buffer {
	return createHash('sha256').update(bytes).digest();
}
