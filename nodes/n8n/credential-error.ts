import { asObject } from '../provider/objects';

/**
 * n8n's errors that say what is wrong with a credential, by the names of their classes: none is chosen; it was deleted or
 * may not be used; it has no id; it cannot be decrypted.
 */
const OF_THE_CREDENTIAL = ['NodeOperationError', 'UserError', 'CredentialMissingIdError', 'CredentialDataError'];

/**
 * Whether a person has to act after this error of n8n's getCredentials. Any other comes from what n8n reads credentials
 * with, mostly its database, as when that is overloaded or n8n is about to end: the next time it may work (docs/n8n.md, 34).
 */
export function isOfTheCredential(error: unknown): boolean {
	// By name, since a class is another one in each copy of n8n-workflow, and not all of these are in it.
	for (
		let kind: unknown = asObject(error)?.constructor;
		typeof kind === 'function';
		kind = Object.getPrototypeOf(kind)
	) {
		if (OF_THE_CREDENTIAL.includes(kind.name)) return true;
	}
	return false;
}
