namespace Ropewalk.Hosting;

/// <summary>Names one setting of a kind of service and says what a change of it touches.</summary>
/// <param name="Name">The name, as in the configuration file: <c>idle-timeout</c>.</param>
/// <param name="Scope">What a change touches.</param>
public sealed record Setting(string Name, SettingScope Scope)
{
    /// <summary>Describes it for a log.</summary>
    public override string ToString() => Scope switch
    {
        SettingScope.Live => $"{Name} (live)",
        SettingScope.NewConnections => $"{Name} (new connections)",
        _ => $"{Name} (restart)",
    };
}
