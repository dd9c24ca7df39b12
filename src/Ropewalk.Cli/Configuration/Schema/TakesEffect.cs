namespace Ropewalk.Cli.Configuration.Schema;

/// <summary>Says when a changed setting is felt after a reload.</summary>
internal enum TakesEffect
{
    /// <summary>At once, on open connections too.</summary>
    Live,

    /// <summary>By listening where nothing was listened on, and no longer where nothing shall be; what stays is not touched.</summary>
    Listeners,

    /// <summary>On connections accepted, and requests begun, from now on. Open ones keep what they had.</summary>
    NewConnections,

    /// <summary>After its own service was stopped and started again; the others do not notice.</summary>
    RestartsService,

    /// <summary>When the process is started again.</summary>
    RestartsProcess,
}
