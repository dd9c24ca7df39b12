using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;

namespace Ropewalk.Client;

/// <summary>Connects to endpoints: once, or again and again.</summary>
public sealed class ConnectionClient : IConnectionFactory
{
    private readonly EndpointContext _context;
    private readonly ConnectionClientOptions _options;
    private RetryPolicy? _retry;
    private readonly ILogger _logger;

    /// <summary>Creates a client.</summary>
    /// <param name="context">Schemes, transports, names, clock and logs; null for the defaults.</param>
    /// <param name="options">Its bounds; null for the defaults.</param>
    public ConnectionClient(EndpointContext? context = null, ConnectionClientOptions? options = null)
    {
        _context = context ?? new EndpointContext();
        _options = options ?? new ConnectionClientOptions();
        _options.Validate();
        _logger = _context.LoggerFactory.CreateLogger("Ropewalk.Client");
    }

    /// <summary>Connects to an endpoint. A name's addresses are tried as RFC 8305 says: both families, the first to answer wins.</summary>
    /// <param name="to">Where; it must have a scheme (<see cref="EndpointSpec.WithScheme"/>).</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection; disposing it ends it.</returns>
    /// <exception cref="EndpointException">The endpoint cannot be reached, or not in time.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(EndpointSpec to, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        await CallerContext.Detach();
        return await ConnectDetachedAsync(to, cancellationToken);
    }

    /// <summary>Connects to an endpoint string, parsed with the context's schemes.</summary>
    /// <exception cref="FormatException">The string is not an endpoint.</exception>
    /// <inheritdoc cref="ConnectAsync(EndpointSpec, CancellationToken)"/>
    public ValueTask<ConnectionContext> ConnectAsync(string to, CancellationToken cancellationToken = default) =>
        ConnectAsync(EndpointSpec.Parse(to, _context.Schemes), cancellationToken);

    /// <summary>Connects to an end point of a kind that has a scheme: an address, a name and port, a Unix socket.</summary>
    /// <inheritdoc cref="ConnectAsync(EndpointSpec, CancellationToken)"/>
    public ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return ConnectAsync(EndpointSpec.FromEndPoint(endpoint), cancellationToken);
    }

    /// <summary>
    /// Connects, gives the connection to the loop's body, and when the body asks for the next one disposes it, waits as the policy says and
    /// connects again; failures to connect are waited out in the same way.
    /// </summary>
    /// <param name="to">Where; it must have a scheme.</param>
    /// <param name="retry">How long to wait; null for the default policy.</param>
    /// <param name="cancellationToken">Ends the loop with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="EndpointException">As many attempts in a row have failed as <see cref="RetryPolicy.MaxFailures"/> allows.</exception>
    public async IAsyncEnumerable<ConnectionContext> StayConnectedAsync(
        EndpointSpec to,
        RetryPolicy? retry = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        RetryPolicy policy = retry ?? (_retry ??= new RetryPolicy());
        int failures = 0;
        while (true)
        {
            await CallerContext.Detach();
            ConnectionContext? connection = null;
            long started = _context.TimeProvider.GetTimestamp();
            try
            {
                connection = await ConnectDetachedAsync(to, cancellationToken);
                started = _context.TimeProvider.GetTimestamp();
            }
            catch (EndpointException exception) when (failures + 1 < policy.MaxFailures)
            {
                ClientLog.ConnectFailed(_logger, to, failures + 1, exception.Message);
            }

            if (connection is not null)
            {
                await using (connection)
                {
                    yield return connection;
                    await CallerContext.Detach();
                }

                failures = _context.TimeProvider.GetElapsedTime(started) >= policy.StablePeriod ? 0 : failures;
            }

            failures++;
            TimeSpan delay = policy.NextDelay(failures);
            ClientLog.Reconnecting(_logger, to, delay);
            await Task.Delay(delay, _context.TimeProvider, cancellationToken);
        }
    }

    private async ValueTask<ConnectionContext> ConnectDetachedAsync(EndpointSpec to, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _context.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _context.ConnectAsync(to, either.Token);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EndpointException($"Connecting to {to} took longer than {_options.ConnectTimeout}.", ErrorSide.Remote, exception);
        }
    }
}
