namespace Ropewalk.Transports;

/// <summary>Bounds what one connection of a stream transport may hold.</summary>
public class StreamTransportOptions
{
    /// <summary>Gets or sets the unsent bytes above which <c>FlushAsync</c> waits. Default 64 KiB (Kestrel's <c>MaxWriteBufferSize</c>).</summary>
    public int OutputPauseBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// Gets or sets the received and unconsumed bytes above which the connection is ended: a handler that examines without consuming would
    /// otherwise hold as much as the peer cares to send. Default 1 MiB (Kestrel's <c>MaxReadBufferSize</c>).
    /// </summary>
    public int InputLimitBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets the default of <see cref="IOutboundQueueFeature.LimitBytes"/>. Default 1 MiB.</summary>
    public int OutboundQueueLimitBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets how long a disposed connection may take to send what was flushed. Default 10 s; then it is reset.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
