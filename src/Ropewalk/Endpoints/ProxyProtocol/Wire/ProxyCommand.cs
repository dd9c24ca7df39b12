namespace Ropewalk.Endpoints.ProxyProtocol.Wire;

/// <summary>Says on whose behalf a PROXY header stands at the start of a connection.</summary>
public enum ProxyCommand
{
    /// <summary>The sender speaks for itself (a health check): the connection's own addresses hold. PROXY protocol §2.2.</summary>
    Local,

    /// <summary>The sender relays a connection, whose addresses the header tells. PROXY protocol §2.2.</summary>
    Proxy,
}
