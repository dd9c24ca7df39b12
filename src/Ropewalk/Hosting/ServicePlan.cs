namespace Ropewalk.Hosting;

/// <summary>Says what a reload does, service by service, before it does it.</summary>
/// <param name="Steps">One step per service, those included that stay as they are.</param>
public sealed record ServicePlan(IReadOnlyList<ServiceStep> Steps)
{
    /// <summary>Gets whether everything stays as it is.</summary>
    public bool IsNothing => Steps.All(step => step.IsNothing);

    /// <summary>Describes it, one line per service that changes.</summary>
    public IReadOnlyList<string> ToLines() => IsNothing ? ["nothing changed"] : [.. Steps.Where(step => !step.IsNothing).Select(step => step.ToString())];
}
