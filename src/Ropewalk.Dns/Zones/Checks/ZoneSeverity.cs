namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Says how bad it is to break a rule.</summary>
public enum ZoneSeverity
{
    /// <summary>The zone can be served; somebody should look at it.</summary>
    Warning,

    /// <summary>The zone is not served.</summary>
    Error,
}
