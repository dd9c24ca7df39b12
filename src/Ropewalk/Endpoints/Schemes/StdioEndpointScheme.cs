using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Endpoints.Schemes;

/// <summary>
/// Listens on and connects to <c>stdio:</c>: standard input and output as one connection, as inetd and SSH's subsystems do it. The end of
/// the input is a half-close; listening ends with its one connection.
/// </summary>
public sealed class StdioEndpointScheme : IEndpointScheme
{
    private readonly Func<(Stream Input, Stream Output)> _open;

    /// <summary>Creates the scheme over this process's standard streams.</summary>
    public StdioEndpointScheme()
        : this(static () => (Console.OpenStandardInput(), Console.OpenStandardOutput()))
    {
    }

    /// <summary>Creates the scheme over other streams.</summary>
    /// <param name="open">Opens them; called once for each listener or connection.</param>
    public StdioEndpointScheme(Func<(Stream Input, Stream Output)> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        _open = open;
    }

    /// <inheritdoc/>
    public EndpointSyntax Syntax => EndpointSyntax.Stdio;

    /// <inheritdoc/>
    public ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        (Stream input, Stream output) = _open();
        return new ValueTask<EndpointListener>(new EndpointListener(new StdioListener(new StdioLink(input, output))));
    }

    /// <inheritdoc/>
    public ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        (Stream input, Stream output) = _open();
        var link = new StdioLink(input, output);
        link.Start();
        return new ValueTask<ConnectionContext>(link.Connection);
    }
}
