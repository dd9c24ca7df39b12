using System.Net;
using Ropewalk.Endpoints.ProxyProtocol.Wire;

namespace Ropewalk.Endpoints.ProxyProtocol;

/// <summary>Is present on a connection that began with a PROXY header: what it said, and whom the connection itself is with.</summary>
public interface IProxyHeaderFeature
{
    /// <summary>Gets the header, its extensions with it.</summary>
    ProxyHeader Header { get; }

    /// <summary>Gets the address of the sender of the header: the relay.</summary>
    EndPoint? Sender { get; }

    /// <summary>Gets this side's own address of the connection with the sender.</summary>
    EndPoint? Receiver { get; }
}
