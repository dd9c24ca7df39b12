namespace Ropewalk.Hosting;

/// <summary>Sets how the services of a host end and when they are reloaded.</summary>
public sealed class RopewalkOptions
{
    /// <summary>
    /// Gets or sets how long connections have to say goodbye before they are aborted. Default null: nine tenths of
    /// <c>HostOptions.ShutdownTimeout</c> (27 s of its 30 s), so that the abort too is within it.
    /// </summary>
    public TimeSpan? DrainTimeout { get; set; }

    /// <summary>Gets or sets whether the configuration is reloaded on <c>SIGHUP</c>. Default false. Not on Windows.</summary>
    public bool ReloadOnSignal { get; set; }

    /// <summary>Gets or sets whether the configuration is reloaded when one of its files, or of the certificates that its endpoints name, changes. Default false.</summary>
    public bool ReloadOnChange { get; set; }

    /// <summary>
    /// Gets or sets how often the files are looked at. A change counts when it has been the same for two looks. Default 1 s (a look is one
    /// stat per file; unlike file events it works on every file system and through links that are swapped).
    /// </summary>
    public TimeSpan ChangePollInterval { get; set; } = TimeSpan.FromSeconds(1);
}
