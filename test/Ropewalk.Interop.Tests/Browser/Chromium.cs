using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ropewalk.Interop.Tests.Browser;

/// <summary>Is a headless Chromium of the test's own, driven by the DevTools protocol. Disposing kills it and removes what it has kept.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly RunningProgram _program;
    private readonly string _folder;
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _asked = new();
    private readonly ConcurrentDictionary<(string? Session, string Method), TaskCompletionSource> _awaited = new();
    private int _last;

    private Chromium(RunningProgram program, string folder)
    {
        _program = program;
        _folder = folder;
    }

    /// <summary>Starts it, or skips the test.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var program = ExternalProgram.Find("chromium");
        string folder = Directory.CreateTempSubdirectory("ropewalk-chromium-").FullName;
        var chromium = new Chromium(
            program.Start(["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,800", "--disable-dev-shm-usage", "--no-proxy-server", "--remote-debugging-port=0", $"--user-data-dir={folder}", "about:blank"]), folder);
        try
        {
            await chromium.ConnectAsync();
            return chromium;
        }
        catch
        {
            await chromium.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a page that shares nothing with the others, as another person's browser would.</summary>
    public async Task<BrowserPage> OpenAsync(string address)
    {
        string context = (await SendAsync("Target.createBrowserContext"))["browserContextId"]!.GetValue<string>();
        string target = (await SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank", ["browserContextId"] = context }))["targetId"]!.GetValue<string>();
        string session = (await SendAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }))["sessionId"]!.GetValue<string>();
        var page = new BrowserPage(this, session);
        await SendAsync("Page.enable", session: session);
        await page.GoAsync(address);
        return page;
    }

    /// <summary>Sends a command and gives its result.</summary>
    public async Task<JsonObject> SendAsync(string method, JsonObject? parameters = null, string? session = null)
    {
        int id = Interlocked.Increment(ref _last);
        var answer = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answer;
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
        {
            command["sessionId"] = session;
        }

        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(Patience);
    }

    /// <summary>Waits for an event that an action leads to.</summary>
    public async Task AfterAsync(string? session, string method, Func<Task> action)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited[(session, method)] = seen;
        await action();
        await seen.Task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _program.DisposeAsync();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A child that is being killed may still write there.
        }
    }

    private async Task ConnectAsync()
    {
        const string Sign = "DevTools listening on ";
        string? line;
        do
        {
            line = await _program.Errors.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException("Chromium ended at its start.");
        }
        while (!line.StartsWith(Sign, StringComparison.Ordinal));

        _ = _program.Errors.ReadToEndAsync();
        await _socket.ConnectAsync(new Uri(line[Sign.Length..]), CancellationToken.None).WaitAsync(Patience);
        _ = ReadAsync();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        var message = new MemoryStream();
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult read = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                message.Write(buffer, 0, read.Count);
                if (read.EndOfMessage)
                {
                    Take(JsonNode.Parse(message.ToArray())!.AsObject());
                    message.SetLength(0);
                }

                if (read.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }
            }
        }
        catch (Exception end) when (end is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            foreach (TaskCompletionSource<JsonObject> asked in _asked.Values)
            {
                asked.TrySetException(end);
            }
        }
    }

    private void Take(JsonObject message)
    {
        if (message["id"] is { } id && _asked.TryRemove(id.GetValue<int>(), out TaskCompletionSource<JsonObject>? asked))
        {
            if (message["error"] is { } error)
            {
                asked.TrySetException(new InvalidOperationException(error.ToJsonString()));
            }
            else
            {
                asked.TrySetResult(message["result"]!.AsObject());
            }
        }
        else if (message["method"] is { } method && _awaited.TryRemove((message["sessionId"]?.GetValue<string>(), method.GetValue<string>()), out TaskCompletionSource? awaited))
        {
            awaited.TrySetResult();
        }
    }
}
