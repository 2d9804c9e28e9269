// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "items.h"
#include "out.h"
#include "select.h"
#include "signals.h"

#define ITEM_SIZE_MAX		256
#define ITEM_COLUMNS_MAX	4

const void *item(const struct items *items, size_t i)
{
	return items->objects + i * items->kind->props->size;
}

static int take_item(const struct nlattr **attrs, void *data)
{
	struct items *items = data;
	size_t size = items->kind->props->size;
	char *grown = realloc(items->objects, (items->count + 1) * size);

	if (!grown)
		return -1;
	items->objects = grown;
	grown += items->count++ * size;
	memset(grown, 0, size);
	properties_get(items->kind->props, attrs, grown);
	return 0;
}

static void forget_items(void *data)
{
	struct items *items = data;

	items->count = 0;
}

int items_get(const struct item_kind *kind, struct items *items)
{
	const struct netlink_reply reply = {
		.fn = take_item,
		.data = items,
		.max = kind->max,
	};
	struct nlmsghdr *nlh = netlink_request(kind->get);
	int ret = EXIT_REFUSED;

	*items = (struct items){ .kind = kind };
	if (nlh)
		ret = netlink_dump(nlh, &reply, forget_items);
	if (ret)
		items_free(items);
	else if (items->count)
		qsort(items->objects, items->count, kind->props->size,
		      kind->compare);
	return ret;
}

void items_free(struct items *items)
{
	free(items->objects);
	items->objects = NULL;
	items->count = 0;
}

static int send_item(const struct item_kind *kind, uint8_t command,
		     const void *object, uint32_t set)
{
	struct nlmsghdr *nlh = netlink_request(command);

	if (!nlh)
		return EXIT_REFUSED;
	properties_put(kind->props, set | kind->key, object, nlh);
	return netlink_run(nlh, kind->attr_name, NULL);
}

/* The one with the same key, or NULL. */
static const void *find_item(const struct items *items, const void *object)
{
	size_t i;

	for (i = 0; i < items->count; i++)
		if (!(properties_different(items->kind->props, item(items, i),
					   object) & items->kind->key))
			return item(items, i);
	return NULL;
}

size_t items_missing(const struct items *wanted, const struct items *current)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < wanted->count; i++)
		count += !find_item(current, item(wanted, i));
	return count;
}

static int add_missing(const struct item_kind *kind, const void *there,
		       const void *wanted)
{
	uint32_t set = there ? properties_different(kind->props, there, wanted) :
			       ~0U;

	return set ? send_item(kind, there ? kind->set : kind->add, wanted,
			       set) : EXIT_DONE;
}

int items_add_missing(const struct items *wanted, const struct items *current,
		      bool go_on)
{
	int ret = EXIT_DONE;
	size_t i;

	for (i = 0; i < wanted->count && (!ret || go_on); i++)
		ret = first_error(ret, add_missing(current->kind,
						   find_item(current,
							     item(wanted, i)),
						   item(wanted, i)));
	return ret;
}

int items_remove_others(const struct items *wanted, const struct items *current,
			bool go_on)
{
	int ret = EXIT_DONE;
	size_t i;

	for (i = 0; i < current->count && (!ret || go_on); i++)
		if (!find_item(wanted, item(current, i)))
			ret = first_error(ret, send_item(current->kind,
							 current->kind->remove,
							 item(current, i), 0));
	return ret;
}

static int assign_all(const struct item_kind *kind, char **words, int count,
		      void *object, uint32_t *set)
{
	int ret = EXIT_DONE;
	int i;

	*set = 0;
	memset(object, 0, kind->props->size);
	for (i = 0; i < count && !ret; i++)
		ret = properties_assign(kind->props, words[i], object, set);
	return ret;
}

int items_add(const struct item_kind *kind, const struct call *call)
{
	char object[ITEM_SIZE_MAX];
	uint32_t set;
	int ret;

	ret = assign_all(kind, call->argv, call->argc, object, &set);
	if (!ret && (set & kind->key) != kind->key)
		ret = usage("a %s needs %s", kind->props->object, kind->needs);
	if (ret || call->check)
		return ret;
	return send_item(kind, kind->add, object, set);
}

static void restore(const struct items *before)
{
	struct items current;
	int ret;

	ret = items_get(before->kind, &current);
	if (!ret) {
		ret = items_add_missing(before, &current, true);
		items_free(&current);
	}
	if (ret)
		refused("what had been changed could not be changed back");
}

static int run_marked(const struct items *items, const bool *marked,
		      const void *object, uint32_t set)
{
	const struct item_kind *kind = items->kind;
	char changed[ITEM_SIZE_MAX];
	int ret = EXIT_DONE;
	sigset_t signals;
	size_t i;

	signals_hold(&signals);
	for (i = 0; i < items->count && !ret; i++) {
		if (!marked[i])
			continue;
		memcpy(changed, item(items, i), kind->props->size);
		if (set)
			properties_copy(kind->props, set, changed, object);
		ret = send_item(kind, set ? kind->set : kind->remove, changed,
				set);
	}
	/* All of them or none. */
	if (ret)
		restore(items);
	signals_let_go(&signals);
	return ret;
}

/* The selected ones are changed as the object has it; removed if set is 0. */
static int run_selected(const struct item_kind *kind,
			const struct selection *selection, const void *object,
			uint32_t set)
{
	struct items items;
	bool *marked;
	int ret;

	ret = items_get(kind, &items);
	if (ret)
		return ret;
	marked = calloc(items.count + 1, sizeof(*marked));
	ret = marked ? selection_mark(selection, items.objects, items.count,
				      marked) : refused("out of memory");
	if (!ret)
		ret = run_marked(&items, marked, object, set);
	free(marked);
	items_free(&items);
	return ret;
}

int items_set(const struct item_kind *kind, const struct call *call)
{
	char **rest = calloc(call->argc + 1, sizeof(*rest));
	char find_as[ITEM_SIZE_MAX], object[ITEM_SIZE_MAX];
	struct selection selection;
	uint32_t set = 0;
	int count;
	int ret;

	if (!rest)
		return refused("out of memory");
	selection_begin(&selection, kind->props, find_as);
	ret = selection_parse(call, &selection, rest, &count);
	if (!ret)
		ret = assign_all(kind, rest, count, object, &set);
	free(rest);
	if (!ret && !set)
		ret = usage("nothing to set: give property=value");
	if (!ret && set & kind->key)
		ret = usage("%s stays as it is: remove the %s and add another",
			    kind->needs, kind->props->object);
	if (ret || call->check)
		return ret;
	return run_selected(kind, &selection, object, set);
}

int items_remove(const struct item_kind *kind, const struct call *call)
{
	char find_as[ITEM_SIZE_MAX];
	struct selection selection;
	int ret;

	selection_begin(&selection, kind->props, find_as);
	ret = selection_parse_only(call, &selection);
	if (ret || call->check)
		return ret;
	return run_selected(kind, &selection, NULL, 0);
}

static void print_json(const struct items *items)
{
	struct json_object *array = json_object_new_array();
	struct json_object *json;
	size_t i;

	for (i = 0; i < items->count; i++) {
		json = json_object_new_object();
		json_object_object_add(json, "number",
				       json_object_new_int64(i));
		properties_json(items->kind->props, item(items, i), json);
		json_object_array_add(array, json);
	}
	out_json(array);
}

static const char *title(const char *name, char *text)
{
	size_t i;

	for (i = 0; name[i]; i++)
		text[i] = toupper((unsigned char)name[i]);
	text[i] = '\0';
	return text;
}

static int print_table(const struct items *items)
{
	const struct properties *props = items->kind->props;
	size_t cells_count = items->count * props->count;
	char text[PROPERTY_TEXT_SIZE];
	char titles[ITEM_COLUMNS_MAX][VALUE_SIZE];
	struct column columns[ITEM_COLUMNS_MAX];
	char **cells;
	size_t i;
	int ret;

	cells = calloc(cells_count + 1, sizeof(*cells));
	if (!cells)
		return refused("out of memory");
	for (i = 0; i < props->count; i++)
		columns[i] = (struct column){
			.title = title(props->table[i].name, titles[i]),
		};
	for (i = 0; i < cells_count; i++) {
		property_format(&props->table[i % props->count],
				item(items, i / props->count), text);
		cells[i] = strdup(text);
	}
	ret = out_table(columns, props->count, cells, items->count, NULL);
	for (i = 0; i < cells_count; i++)
		free(cells[i]);
	free(cells);
	return ret;
}

int items_print(const struct item_kind *kind, const struct call *call)
{
	struct items items;
	int ret;

	if (call->argc)
		return usage("print takes no '%s'", call->argv[0]);
	if (call->check)
		return EXIT_DONE;
	ret = items_get(kind, &items);
	if (ret)
		return ret;
	if (call->json)
		print_json(&items);
	else
		ret = print_table(&items);
	items_free(&items);
	return ret;
}
