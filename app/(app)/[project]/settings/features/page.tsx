import type { Metadata } from "next";
import { FeatureEditor } from "@/components/settings/feature-editor";
import { ReadOnlyFeatures } from "@/components/settings/read-only-features";
import { SettingsHeader } from "@/components/settings/settings-header";
import { requireMember } from "@/lib/auth/guard";
import { featuresOf } from "@/lib/features/features.queries";
import { eventsByName } from "@/lib/timeline/project-events.queries";
import { saveFeatureList } from "./actions";

export const metadata: Metadata = { title: "Features" };

export default async function FeaturesPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project, may } = await requireMember((await params).project);
  const [{ features, isSuggested }, seen] = await Promise.all([featuresOf(scope), eventsByName(scope)]);
  return (
    <>
      <SettingsHeader projectId={project.id} title="Features">
        Names of your product's features, and the events that count as using them
      </SettingsHeader>
      {may.edit ? (
        <FeatureEditor
          // The saved list changed, so reset the form.
          key={features.map(({ id }) => id).join()}
          features={features}
          isSuggested={isSuggested}
          events={seen.map(({ name }) => name)}
          save={saveFeatureList.bind(null, project.id)}
        />
      ) : (
        <ReadOnlyFeatures features={features} />
      )}
    </>
  );
}
