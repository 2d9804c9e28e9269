/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One flow, one record: packets of a flow that came over several CPUs are in
 * several tables. When one of these parts is due they become one again. For
 * whoever has claimed the tables.
 */
#ifndef TF_FOLD_H
#define TF_FOLD_H

#include "table.h"

/**
 * tf_fold_last - when the last packet of a flow came, on any CPU
 * @table: the table, locked
 * @index: the part of the flow that is in it
 *
 * Return: jiffies
 */
u32 tf_fold_last(struct tf_table *table, u32 index);

/**
 * tf_fold - put all of a flow into one of its parts
 * @table: the table, locked; others are locked under it
 * @index: the part that is in it, off the wheel
 *
 * Ends the other parts. The one that began first holds everything then, and
 * the others, this one maybe, are left with 0 packets. What would be too much
 * for one record stays where it was.
 *
 * Return: the part that holds everything.
 */
u32 tf_fold(struct tf_table *table, u32 index);

#endif /* TF_FOLD_H */
