"use server";

import { revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { z } from "zod";
import type { AlertInput } from "@/lib/alerts/alert";
import { changeAlert, createAlert, deleteAlert, renewSecret, switchAlert } from "@/lib/alerts/alerts.store";
import { queueTestDelivery, sendDeliveryAgain } from "@/lib/alerts/deliveries.store";
import { requirePermission, requireRecent } from "@/lib/auth/guard";
import { changeAction, readAction, textSchema } from "@/lib/http/action";
import { requestOrigin } from "@/lib/http/forwarded";

const managed = async (projectId: string) => (await requirePermission(projectId, "manage", "alert")).scope;
const refresh = (projectId: string) => revalidatePath(`/${projectId}/settings/alerts`, "layout");
/** Arguments of the actions; lib/alerts validates the contents. */
const anyAlert = z.record(z.string().max(50), z.unknown());
const ofAlert = z.tuple([textSchema, z.guid()]);

export const addAlert = readAction(z.tuple([textSchema, anyAlert]), async (projectId, given) => {
  const scope = await managed(projectId);
  await requireRecent();
  const created = await createAlert(scope, given as AlertInput, requestOrigin(await headers()), Date.now());
  refresh(scope.projectId);
  return created;
});

export const saveAlert = changeAction(z.tuple([textSchema, z.guid(), anyAlert]), async (projectId, id, given) => {
  const scope = await managed(projectId);
  await changeAlert(scope, id, given as AlertInput, Date.now());
  refresh(scope.projectId);
});

export const switchAlertAction = changeAction(
  z.tuple([textSchema, z.guid(), z.boolean()]),
  async (projectId, id, isOn) => {
    await switchAlert(await managed(projectId), id, isOn, Date.now());
    refresh(projectId);
  },
);

export const testAlert = changeAction(ofAlert, async (projectId, id) => {
  await queueTestDelivery(await managed(projectId), id, Date.now());
  refresh(projectId);
});

export const removeAlert = changeAction(ofAlert, async (projectId, id) => {
  await deleteAlert(await managed(projectId), id);
  refresh(projectId);
});

export const newAlertSecret = readAction(ofAlert, async (projectId, id) => {
  const scope = await managed(projectId);
  await requireRecent();
  return renewSecret(scope, id);
});

export const sendDeliveryAgainAction = changeAction(ofAlert, async (projectId, deliveryId) => {
  await sendDeliveryAgain(await managed(projectId), deliveryId, Date.now());
  refresh(projectId);
});
