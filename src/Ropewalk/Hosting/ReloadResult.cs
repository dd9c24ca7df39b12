namespace Ropewalk.Hosting;

/// <summary>Tells how a reload went.</summary>
/// <param name="Plan">What was done; what would have been done, where there are errors; null if the configuration could not even be compared.</param>
/// <param name="Errors">All errors, one line each. Where there is one, nothing has changed.</param>
public sealed record ReloadResult(ServicePlan? Plan, IReadOnlyList<string> Errors)
{
    /// <summary>Gets whether all errors are of what was configured, as <see cref="ServiceConfigurationException"/> has it, and none is of a port or of the system.</summary>
    public bool IsConfiguration { get; init; }

    /// <summary>Gets whether the new configuration is in force.</summary>
    public bool Succeeded => Errors.Count == 0;
}
