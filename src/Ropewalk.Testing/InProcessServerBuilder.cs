using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Framing;
using Ropewalk.Hosting;
using Ropewalk.Sessions;
using Ropewalk.Testing.Served;

namespace Ropewalk.Testing;

/// <summary>
/// Says what an <see cref="InProcessServer"/> serves, and where. A protocol adds a server of its own by an extension method that calls
/// <see cref="UseApplication(ConnectionDelegate)"/> with the clock from <see cref="Time"/>, and <see cref="UseCommands"/>.
/// </summary>
public sealed class InProcessServerBuilder
{
    // Redis takes 64 KiB for an inline command (PROTO_INLINE_MAX_SIZE), the longest line among well-known protocols.
    private const int MaxLineBytes = 64 * 1024;

    private ConnectionDelegate? _application;

    internal InProcessServerBuilder()
    {
    }

    /// <summary>Gets or sets the clock. Give it to whatever the application waits with. Default: a new one.</summary>
    public VirtualTime Time { get; set; } = new();

    /// <summary>Gets or sets how long, in real time, the test may wait for a connection or a command before the wait fails. Default 10 s; what comes is never waited for longer.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets where the engine logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    internal InProcessServer? Neighbour { get; private set; }

    internal string Endpoint { get; private set; } = "mem:server";

    internal bool IsInMemory { get; private set; } = true;

    internal Action<RopewalkBuilder>? Services { get; private set; }

    internal Action<IConnectionBuilder>? Front { get; private set; }

    internal Func<ICommandCutter>? Framing { get; private set; }

    internal ConnectionDelegate Application => _application ?? TakeAllAsync;

    /// <summary>Listens in memory, under a name. This is the default, under <c>server</c>.</summary>
    public InProcessServerBuilder UseMemory(string name = "server")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Endpoint = $"mem:{name}";
        IsInMemory = true;
        return this;
    }

    /// <summary>Listens in memory where another server listens, and shares its clock: one <see cref="InProcessServer.Context"/> reaches both.</summary>
    /// <param name="name">Another name than the other server's.</param>
    /// <param name="neighbour">The other server; it moves the clock of both.</param>
    public InProcessServerBuilder UseMemory(string name, InProcessServer neighbour)
    {
        ArgumentNullException.ThrowIfNull(neighbour);
        Neighbour = neighbour;
        Time = neighbour.Time;
        return UseMemory(name);
    }

    /// <summary>Listens on a port of the system's choosing on 127.0.0.1, for clients that know only sockets.</summary>
    public InProcessServerBuilder UsePort()
    {
        Endpoint = "tcp:127.0.0.1:0";
        IsInMemory = false;
        return this;
    }

    /// <summary>
    /// Runs services in the words in which a program adds them to its host: of streams and of datagrams, of any strand. <see cref="InProcessServer.AddressOf"/> says where they are
    /// reached. They are not cut into commands; what a strand records and lets fail is its own.
    /// </summary>
    /// <remarks>
    /// In memory every IP address and port is free, below 1024 too, and <see cref="InProcessServer.Context"/> reaches nothing else. With <see cref="UsePort"/> each port that a service asks for
    /// becomes one of the system's choosing on 127.0.0.1, the same for UDP and TCP.
    /// </remarks>
    /// <param name="configure">Adds them; it may be called again, and adds to them.</param>
    public InProcessServerBuilder UseServices(Action<RopewalkBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services += configure;
        return this;
    }

    /// <summary>Puts middleware before what is recorded: TLS, for instance, so that commands are seen in the clear.</summary>
    public InProcessServerBuilder UseFront(Action<IConnectionBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Front += configure;
        return this;
    }

    /// <summary>Serves each connection with an application.</summary>
    public InProcessServerBuilder UseApplication(ConnectionDelegate application)
    {
        ArgumentNullException.ThrowIfNull(application);
        _application = application;
        return this;
    }

    /// <summary>Cuts what is received into commands, to be recorded and matched by faults. What the framing refuses goes to the application as it came.</summary>
    /// <param name="framing">Makes the decoder of a connection.</param>
    /// <typeparam name="T">The frame.</typeparam>
    public InProcessServerBuilder UseCommands<T>(Func<IFrameDecoder<T>> framing)
    {
        ArgumentNullException.ThrowIfNull(framing);
        Framing = () => new CommandCutter<T>(framing());
        return this;
    }

    /// <summary>Answers frames: the framing cuts the commands, a function answers each.</summary>
    /// <param name="framing">Makes the decoder of a connection.</param>
    /// <param name="answer">Gives the bytes of the answer; empty for none.</param>
    /// <typeparam name="T">The frame.</typeparam>
    public InProcessServerBuilder UseFrames<T>(Func<IFrameDecoder<T>> framing, Func<T, ReadOnlyMemory<byte>> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return UseCommands(framing).UseApplication(async connection =>
        {
            await foreach (T frame in connection.Transport.Input.ReadFramesAsync(framing()))
            {
                ReadOnlyMemory<byte> said = answer(frame);
                if (!said.IsEmpty)
                {
                    await connection.Transport.Output.WriteAsync(said);
                }
            }
        });
    }

    /// <summary>Answers lines of UTF-8: a function gives the answer to each, without line breaks.</summary>
    /// <param name="answer">Gives the answer; null for none. CRLF is put behind it.</param>
    /// <param name="greeting">What the server says first; null for nothing.</param>
    public InProcessServerBuilder UseLines(Func<string, string?> answer, string? greeting = null)
    {
        ArgumentNullException.ThrowIfNull(answer);
        UseFrames(() => Frames.Lines(MaxLineBytes), line => answer(Encoding.UTF8.GetString(line)) is { } said ? Encoding.UTF8.GetBytes(said + "\r\n") : default);
        ConnectionDelegate lines = Application;
        return greeting is null ? this : UseApplication(async connection =>
        {
            await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(greeting + "\r\n"));
            await lines(connection);
        });
    }

    private static async Task TakeAllAsync(ConnectionContext connection)
    {
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync();
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
