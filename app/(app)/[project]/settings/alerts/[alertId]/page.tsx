import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AlertForm } from "@/components/settings/alerts/alert-form";
import { AlertTools } from "@/components/settings/alerts/alert-tools";
import { DeliveryLog } from "@/components/settings/alerts/delivery-log";
import { alertChoices } from "@/components/settings/alerts/read-choices";
import { FormSection } from "@/components/ui/form-section";
import { PageHeader } from "@/components/ui/page-header";
import { alertOf } from "@/lib/alerts/alerts.queries";
import { deliveriesOf } from "@/lib/alerts/deliveries.queries";
import { requirePage } from "@/lib/auth/guard";
import {
  newAlertSecret,
  removeAlert,
  saveAlert,
  sendDeliveryAgainAction,
  switchAlertAction,
  testAlert,
} from "../actions";

export const metadata: Metadata = { title: "Alert" };

export default async function AlertPage({ params }: { params: Promise<{ project: string; alertId: string }> }) {
  const { project: projectId, alertId } = await params;
  const access = await requirePage(projectId, "manage");
  const { scope, project } = access;
  const alert = (await alertOf(scope, alertId)) ?? notFound();
  const [deliveries, choices] = await Promise.all([deliveriesOf(scope, alert.id), alertChoices(access)]);
  return (
    <>
      <PageHeader title={alert.name}>{alert.isOn ? "On" : "Off"}</PageHeader>
      <AlertTools
        alert={alert}
        back={`/${project.id}/settings/alerts`}
        test={testAlert.bind(null, project.id, alert.id)}
        turn={switchAlertAction.bind(null, project.id, alert.id)}
        renew={newAlertSecret.bind(null, project.id, alert.id)}
        remove={removeAlert.bind(null, project.id, alert.id)}
      />
      <FormSection id="deliveries" title="Deliveries" text="The latest 50. Names in messages are not stored.">
        <DeliveryLog
          deliveries={deliveries}
          clock={{ now: Date.now(), zone: choices.zone }}
          again={sendDeliveryAgainAction.bind(null, project.id)}
        />
      </FormSection>
      <FormSection id="change" title="Change" text="A new trigger discards what the alert has recorded so far.">
        <AlertForm
          projectId={project.id}
          alert={alert}
          choices={choices}
          save={saveAlert.bind(null, project.id, alert.id)}
        />
      </FormSection>
    </>
  );
}
