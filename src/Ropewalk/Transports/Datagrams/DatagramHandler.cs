namespace Ropewalk.Transports.Datagrams;

/// <summary>Handles what one wake-up of a port's worker has brought.</summary>
/// <param name="batch">
/// The datagrams, and the place where their replies go. <b>Lifetime</b>: until the handler returns; keep a <see cref="ReplyTo"/> to answer later.
/// </param>
/// <remarks>
/// <b>Call</b>: on the worker's own thread, synchronously: it must not block, and what it throws is caught, counted and logged. A port with one
/// worker never enters it twice at a time; with more workers each of them calls it, and they run side by side.
/// </remarks>
public delegate void DatagramHandler(ref DatagramBatch batch);
