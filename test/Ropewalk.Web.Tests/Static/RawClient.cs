using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Web.Tests.Static;

/// <summary>Sends bytes exactly as they are given. (HttpClient would tidy a path before it sends it.)</summary>
internal sealed class RawClient(ConnectionContext connection) : IAsyncDisposable
{
    private readonly MemoryStream _received = new();
    private int _taken;

    /// <summary>Fires when both directions are done.</summary>
    public CancellationToken Closed => connection.ConnectionClosed;

    public PipeReader Input => connection.Transport.Input;

    public async Task SendAsync(string text)
    {
        await connection.Transport.Output.WriteAsync(Encoding.Latin1.GetBytes(text));
    }

    public Task SendRequestAsync(string target, string method = "GET", params string[] fields) =>
        SendAsync($"{method} {target} HTTP/1.1\r\nHost: site\r\n{string.Concat(fields.Select(f => f + "\r\n"))}\r\n");

    public async Task<RawResponse> GetAsync(string target, params string[] fields)
    {
        await SendRequestAsync(target, "GET", fields);
        return await ReadAsync();
    }

    public async Task<RawResponse> AskAsync(string method, string target, params string[] fields)
    {
        await SendRequestAsync(target, method, fields);
        return await ReadAsync(isHead: method == "HEAD");
    }

    /// <summary>Reads one response.</summary>
    public async Task<RawResponse> ReadAsync(bool isHead = false)
    {
        while (true)
        {
            if (RawResponse.TryParse(_received.GetBuffer().AsSpan(_taken, (int)_received.Length - _taken), isHead, out int consumed) is { } response)
            {
                _taken += consumed;
                return response;
            }
            if (!await ReceiveAsync()) throw new EndOfStreamException($"The server closed after: {Encoding.Latin1.GetString(_received.ToArray(), _taken, (int)_received.Length - _taken)}");
        }
    }

    /// <summary>Reads until the server closes; gives all that came and was not taken yet.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        try
        {
            while (await ReceiveAsync())
            {
            }
        }
        catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException or IOException)
        {
        }
        return _received.ToArray()[_taken..];
    }

    /// <summary>Reads once; false at the end.</summary>
    public async Task<bool> ReceiveAsync()
    {
        ReadResult result = await Input.ReadAsync();
        foreach (ReadOnlyMemory<byte> part in result.Buffer) _received.Write(part.Span);
        Input.AdvanceTo(result.Buffer.End);
        return !(result.IsCompleted && result.Buffer.IsEmpty);
    }

    public void Abort() => connection.Abort(new ConnectionAbortedException("The client leaves."));

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
