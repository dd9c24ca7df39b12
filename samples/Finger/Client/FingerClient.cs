using System.Buffers;
using Finger.Session;
using Finger.Wire;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Finger.Client;

/// <summary>Asks finger servers.</summary>
public sealed class FingerClient
{
    private readonly ConnectionClient _connections;
    private readonly FingerClientOptions _options;

    /// <summary>Creates a client.</summary>
    /// <param name="connections">Connects; null for the default.</param>
    /// <param name="options">Null for the defaults.</param>
    public FingerClient(ConnectionClient? connections = null, FingerClientOptions? options = null)
    {
        _connections = connections ?? new ConnectionClient();
        _options = options ?? new FingerClientOptions();
        _options.Limits.Validate();
    }

    /// <summary>Asks about <c>user@host</c>, or <c>@host</c> for the list of users.</summary>
    /// <param name="target">The last @ parts the query from the host that is asked; hosts before it are asked by that one.</param>
    /// <param name="isVerbose">Asks for more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, filtered for a terminal.</returns>
    /// <exception cref="FormatException"><paramref name="target"/> names no host.</exception>
    /// <exception cref="FingerException">There is no answer, or not a whole one.</exception>
    public async Task<string> QueryAsync(string target, bool isVerbose = false, CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        FingerQuery query = FingerQuery.Parse(target, isVerbose);
        if (!query.IsForwarded)
        {
            throw new FormatException($"'{target}' names no host: write user@host.");
        }

        (string host, FingerQuery rest) = query.Forward();
        return await QueryAsync(EndpointSpec.Tcp(host, _options.Port), rest, cancellationToken);
    }

    /// <summary>Asks an endpoint.</summary>
    /// <param name="server">Where the server is.</param>
    /// <param name="query">What it is asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, filtered for a terminal.</returns>
    /// <exception cref="EndpointException">The endpoint cannot be reached.</exception>
    /// <exception cref="FingerException">There is no answer, or not a whole one.</exception>
    public async Task<string> QueryAsync(EndpointSpec server, FingerQuery query, CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        var answer = new AnswerCollector();
        ConnectionContext connection = await _connections.ConnectAsync(server, cancellationToken);
        await using var conversation = SessionClient<FingerClientSession, FingerClientEvent>.Start(
            connection, new FingerClientSession(query, _options.Limits), answer, Driving());
        ConnectionEnd end = await conversation.Ended.WaitAsync(cancellationToken);
        if (end.Reason != ConnectionEndReason.Completed)
        {
            throw new FingerException(end.ToString(), end.Side);
        }

        // the end of the connection is all that ends an answer (RFC 1288 §2.3), and the system of a server that has crashed ends it too
        return answer.Bytes.Length > 0
            ? new FingerAnswerDecoder(_options.AllowsInternational, _options.AllowsControls).Decode(new ReadOnlySequence<byte>(answer.Bytes))
            : throw new FingerException("The server ended the connection without an answer.", ErrorSide.Remote);
    }

    // Whatever the server still says after the end is of no use.
    private SessionOptions Driving() => new() { TimeProvider = _options.TimeProvider, LingerTimeout = TimeSpan.Zero };

    private sealed class AnswerCollector : ISessionApplication<FingerClientSession, FingerClientEvent>
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

        public ValueTask OnEventAsync(FingerClientEvent sessionEvent, SessionTurn<FingerClientSession> turn)
        {
            foreach (ReadOnlyMemory<byte> piece in sessionEvent.Bytes)
            {
                _bytes.Write(piece.Span);
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask UpgradeAsync(SessionTurn<FingerClientSession> turn) => throw new NotSupportedException("Finger has no upgrade.");
    }
}
