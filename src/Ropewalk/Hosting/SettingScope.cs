namespace Ropewalk.Hosting;

/// <summary>Says what a changed setting touches when the configuration is reloaded. Later values include what earlier ones do.</summary>
public enum SettingScope
{
    /// <summary>It takes effect at once, for the connections that are open too. Nothing ends.</summary>
    Live,

    /// <summary>It takes effect for new connections. Open ones keep what they have, for as long as they like.</summary>
    NewConnections,

    /// <summary>
    /// It needs a new start of its own service: the open connections of this service, and of no other, are asked to say goodbye, and aborted
    /// if they have not after the drain timeout. The socket stays, and no connect is refused.
    /// </summary>
    Restart,
}
