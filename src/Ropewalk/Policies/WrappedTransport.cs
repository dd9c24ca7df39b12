using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Policies;

/// <summary>A connection's pipes with a policy around them.</summary>
internal sealed class WrappedTransport(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;

    /// <summary>Serves a connection with other pipes, and gives it its own back unless the handler has put something over them (TLS).</summary>
    public static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, WrappedTransport wrapped)
    {
        IDuplexPipe own = connection.Transport;
        connection.Transport = wrapped;
        try
        {
            await next(connection);
        }
        finally
        {
            if (connection.Transport == wrapped)
            {
                connection.Transport = own;
            }
        }
    }
}
