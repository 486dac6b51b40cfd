// Resource policies of streams and consumers. They are kept and given back; the model knows one caller, who may do
// everything.

import type { InputOf, Nothing, OutputOf } from "../../action.ts";
import { invalidArgument, notFound } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { activeResourceOf, type Resource, resourceOf } from "./resource.ts";

export function putResourcePolicy(account: Account, input: InputOf<"PutResourcePolicy">): Nothing {
  const { Policy = "", ResourceARN } = input;
  account.admit("PutResourcePolicy", 5);
  const resource = activeResourceOf(account, ResourceARN);
  requirePolicy(Policy);
  resource.policy = Policy;
  return {};
}

export function getResourcePolicy(
  account: Account,
  input: InputOf<"GetResourcePolicy">,
): OutputOf<"GetResourcePolicy"> {
  account.admit("GetResourcePolicy", 5);
  const resource = resourceOf(account, input.ResourceARN);
  return { Policy: policyOf(resource) };
}

export function deleteResourcePolicy(account: Account, input: InputOf<"DeleteResourcePolicy">): Nothing {
  account.admit("DeleteResourcePolicy", 5);
  const resource = activeResourceOf(account, input.ResourceARN);
  policyOf(resource);
  resource.policy = undefined;
  return {};
}

/** @throws `ServiceError` */
function policyOf({ arn, policy }: Resource): string {
  if (policy === undefined) throw notFound(`No resource policy found for resource ARN ${arn}.`);
  return policy;
}

/**
 * "It must include the identity of the principal and the actions allowed on this resource. This is formatted as a JSON
 * string."
 * @throws `ServiceError`
 */
function requirePolicy(text: string): void {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw invalidArgument("The resource policy is not valid JSON.");
  }
  const { Statement } = { ...(policy as { readonly Statement?: unknown } | null) };
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  if (!statements.every(isStatement) || statements.length === 0) {
    throw invalidArgument("Every statement of the resource policy must have an Effect, a Principal and an Action.");
  }
}

function isStatement(statement: unknown): boolean {
  if (typeof statement !== "object" || statement === null) return false;
  return "Effect" in statement && "Principal" in statement && "Action" in statement;
}
