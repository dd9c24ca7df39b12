using System.Net;

namespace Ropewalk.Transports.Datagrams;

/// <summary>Binds datagram ports: the seam between a strand and the network. Sockets, memory and simulations each have one.</summary>
public interface IDatagramPortFactory
{
    /// <summary>Binds a port and begins to receive.</summary>
    /// <param name="at">Where: an <see cref="IPEndPoint"/>, port 0 for one of the system's choosing; or what else the factory knows.</param>
    /// <param name="handler">What is called with each batch.</param>
    /// <param name="options">Threads and sizes; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Microsoft.AspNetCore.Connections.AddressInUseException">Somebody else is bound there.</exception>
    ValueTask<IDatagramPort> BindAsync(
        EndPoint at, DatagramHandler handler, DatagramPortOptions? options = null, CancellationToken cancellationToken = default);
}
