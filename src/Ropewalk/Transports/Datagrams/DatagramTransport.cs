using System.Net;
using Microsoft.Extensions.Logging;

namespace Ropewalk.Transports.Datagrams;

/// <summary>Binds ports to the system's sockets: the factory that a program uses outside tests and simulations.</summary>
/// <param name="loggerFactory">Where the ports log; null for nowhere.</param>
public sealed class DatagramTransport(ILoggerFactory? loggerFactory = null) : IDatagramPortFactory
{
    /// <inheritdoc/>
    public ValueTask<IDatagramPort> BindAsync(
        EndPoint at, DatagramHandler handler, DatagramPortOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IDatagramPort>(options?.Mode == DatagramMode.Pooled
            ? PooledDatagramPort.Bind(at, handler, options, loggerFactory)
            : DatagramPort.Bind(at, handler, options, loggerFactory));
    }
}
